namespace Orleans.MLOps.Benchmarks.Tracking;

/// <summary>Points stored in one run, and the server's resident megabytes before them and after each equal part.</summary>
internal sealed record LongRun(int Points, TimeSpan Took, double[] Memory);
