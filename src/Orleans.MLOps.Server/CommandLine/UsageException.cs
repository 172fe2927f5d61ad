namespace Orleans.MLOps.Server.CommandLine;

/// <summary>A setting was given wrongly; the message is one sentence for a person. The process ends with <see cref="ExitCodes.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);
