"""python -m eventsvc"""

from eventsvc.cli import main

main()
