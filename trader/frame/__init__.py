"""What surrounds every page: context, navigation, gauges, dashboard, error pages."""
