"""Where the program `firstline` begins."""

from workers.garbage import collect_seldom


def main() -> None:
    """Run the command line."""
    collect_seldom()
    from workers.main import main as run  # noqa: PLC0415 - these are the imports that are meant

    run()


if __name__ == "__main__":
    main()
