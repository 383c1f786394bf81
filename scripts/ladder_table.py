"""Print the table of docs/howto/the-ladder.md, the demo county day by day with nobody acting.

Uses the database that the environment names and leaves it changed: give it one of its own.
"""

import datetime as dt
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main() -> None:
    """Sweep every morning from 2022-03-01 to 2022-04-30 and print what each raised."""
    django.setup()
    from permits.demo.walking import until

    print("| day | rung | because | since | matter | waits at | put before |")
    print("|---|---|---|---|---|---|---|")
    for line in until(dt.date(2022, 3, 1), dt.date(2022, 4, 30)):
        print("| " + " | ".join(str(cell) for cell in line) + " |")


if __name__ == "__main__":
    main()
