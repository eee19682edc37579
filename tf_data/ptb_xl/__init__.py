"""PTB-XL: clinical twelve-lead ECGs with SCP-ECG statements."""
