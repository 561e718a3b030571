"""What several kinds of device are made of: frames, bus manners, Modbus, fonts, processes that may be killed."""
