using System.Runtime.CompilerServices;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>The points of a metric by time: one page, or one after the other until the end.</summary>
internal sealed class MlflowHistory(IExperimentsClient experiments, MetricHistoryQuery query, bool isWhole)
{
    /// <summary>Where the last page that was read ended; null at the end of the history.</summary>
    public string? NextPageToken { get; private set; } = query.PageToken;

    public async IAsyncEnumerable<IEnumerable<MetricPoint>> PagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await experiments.GetMetricHistoryAsync(query with { PageToken = NextPageToken }, cancellationToken).ConfigureAwait(false);
            NextPageToken = page.NextPageToken;
            yield return page.Points;
        }
        while (isWhole && NextPageToken is not null);
    }
}
