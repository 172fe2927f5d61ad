namespace Orleans.MLOps.Gateway.Serving;

/// <summary>A version in the index of models.</summary>
internal sealed record IndexedModel(string Name, string Version, string State, string Reason);
