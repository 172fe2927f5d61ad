namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>The rows of one named request. No other request of the run has any of them.</summary>
/// <param name="Name">The request's operation id.</param>
/// <param name="First">The number of its first row.</param>
/// <param name="Count">How many follow one another.</param>
/// <param name="IsRepeat">Whether it was sent before, without an answer.</param>
internal sealed record NamedRows(string Name, int First, int Count, bool IsRepeat = false)
{
    public IEnumerable<int> Numbers => Enumerable.Range(First, Count);

    public override string ToString() => $"{Name}: rows {First} to {First + Count - 1}{(IsRepeat ? ", again" : "")}";
}
