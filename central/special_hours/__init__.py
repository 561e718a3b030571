"""错时, 延时, 值班 and 预约: when which window serves beside the usual hours, as a list anybody may read."""
