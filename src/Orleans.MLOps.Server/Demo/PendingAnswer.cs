namespace Orleans.MLOps.Server.Demo;

/// <summary>An answer that is not known yet; without a prediction it only feeds the windows.</summary>
internal sealed record PendingAnswer(string? PredictionId, Flight Flight);
