"""Pages: the door app (`app`), and for organisers the day (`overview`), doors and tablets (`doors`), scans and stays (`scans`)."""

from eventsvc.checkin.routes import app, doors, overview, scans

routes = [*app.routes, *doors.routes, *scans.routes, *overview.routes]
