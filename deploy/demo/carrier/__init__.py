"""云溪速递: a carrier that reports every state, sometimes twice, late or out of order."""
