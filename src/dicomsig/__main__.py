"""`python -m dicomsig` is the command `dicomsig`."""

from dicomsig.cli import main

if __name__ == "__main__":
    main()
