namespace Orleans.MLOps.Durability.Tests.Support;

/// <summary>One life of what the drivers work on: from its start to the kill.</summary>
internal abstract class Life : IAsyncDisposable
{
    public abstract IMlopsClient Client { get; }

    public bool IsEnding { get; protected set; }

    /// <summary>No driver begins anything new; what is under way may end.</summary>
    public void Rest() => IsEnding = true;

    public abstract ValueTask DisposeAsync();
}
