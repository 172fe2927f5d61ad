namespace Orleans.MLOps.Server.CommandLine;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The node could not start, or failed.</summary>
    public const int Failure = 1;

    /// <summary>An option was unknown or had a wrong value.</summary>
    public const int Usage = 2;
}
