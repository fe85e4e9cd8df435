"""The demo city: its data (`demo.city`) and its department systems, small programs that OneDoor meets over the wire only."""
