"""Rows into calendar files (`ical`, `invitation`) and schedules (`frab_xml`, `frab_json`)."""
