"""The export child: cuts, blurs and mends recordings; one process a job, the least important of the box."""
