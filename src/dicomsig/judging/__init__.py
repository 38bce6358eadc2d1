"""Each role is judged: a system is fed, what it gives is compared with what is due, results come out."""
