namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>The rows of <see cref="Questions"/> that an endpoint was asked about.</summary>
internal sealed record AskedRows(int[] Numbers)
{
    public override string ToString() => $"rows {string.Join(", ", Numbers)}";
}
