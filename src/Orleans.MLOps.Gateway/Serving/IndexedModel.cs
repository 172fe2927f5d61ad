namespace Orleans.MLOps.Gateway.Serving;

/// <summary>A version in the index of models.</summary>
/// <param name="Name">The model.</param>
/// <param name="Version">The version; empty where none is known.</param>
/// <param name="State">Ready or not, in Triton's words.</param>
/// <param name="Reason">Why it is not ready.</param>
internal sealed record IndexedModel(string Name, string Version, string State, string Reason)
{
    public const string Ready = "READY";
    public const string Unavailable = "UNAVAILABLE";

    /// <summary>The reason of versions that somebody unloaded, as Triton has it.</summary>
    public const string Unloaded = "unloaded";

    public bool IsReady => State == Ready;
}
