"""A small export of another desk with dates that read both ways, as in the design's picture."""

from __future__ import annotations

from pathlib import Path

HEAD = (
    "case_id,created_at,closed_at,first_reply_min,prio,customer,contact_email,queue,country,amount_risk,csat,"
    "agent_notes"
)
CUSTOMERS = ("Halden Fitness AS", "Kite & Co", "Provincie Noord", "Bergström Möbel", "Fjord Kayaks", "Meridian Air")
PLACES = (("PAY-1", "NO"), ("PAY-2", "DE"), ("SEC", "US"), ("US-PAY", "US"))
NOTE = "“Rang Mrs {name} at home, she waits for the refund of last week and asked us to call again on {day} May”"


def lines(count: int = 180) -> list[str]:
    """Incidents of November 2025; the queue US-PAY writes month/day, the others day/month."""
    found = [HEAD]
    for number in range(count):
        queue, country = PLACES[3 if number % 9 == 8 else number % 3]
        day, hour = 4 + number % 24, 8 + number % 9
        american = queue == "US-PAY"
        written = f"11/{day:02}/2025" if american else f"{day:02}/11/2025"
        closed = "NULL" if number % 7 == 3 else f"2025-11-{day + number % 3 // 2:02}T{hour + 2 + number % 5:02}:47:00Z"
        customer = CUSTOMERS[number % len(CUSTOMERS)]
        found.append(
            ",".join(
                (
                    f"CS-{104212 + number}",
                    f"{written} {hour:02}:{number % 60:02}",
                    closed,
                    "N/A" if number % 5 == 4 else str(9 + number % 40),
                    f"P{1 + number % 4}",
                    customer,
                    f"s{number}@{customer.split()[0].lower().replace('ö', 'o')}.example",
                    queue,
                    "XX" if number == 11 else country,
                    f'"{1 + number % 14}.{number % 10}00,00"' if number % 3 else "n/a",
                    "" if number % 4 else str(1 + number % 5),
                    f'"{NOTE.format(name=customer.split()[0], day=1 + number % 28)}"',
                )
            )
        )
    return found


def write(folder: Path, count: int = 180) -> Path:
    """The file, in UTF-8."""
    path = folder / "desk_export_2024-2026.csv"
    path.write_text("".join(f"{line}\n" for line in lines(count)), encoding="utf-8")
    return path
