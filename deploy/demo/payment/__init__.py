"""云溪统一支付平台: a payment provider with a pay page and signed callbacks."""
