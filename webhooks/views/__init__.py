"""The pages: endpoints, deliveries, templates."""
