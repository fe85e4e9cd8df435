"""The provider's endpoints, under the paths that the standards and the gateway know."""
