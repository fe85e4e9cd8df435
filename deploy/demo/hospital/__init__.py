"""云溪市妇幼保健院: deliveries, and birth certificates signed with the hospital's own key."""
