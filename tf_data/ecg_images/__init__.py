"""ECG Images dataset of Cardiac Patients: published pages to signals, and the embedded set."""
