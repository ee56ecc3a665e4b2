"""One module for each program that the capture starts or calls on."""
