namespace Orleans.MLOps.Client.Resilience;

/// <summary>
/// A second attempt of an inference that takes long, at another gateway: the first answer wins, and the other attempt is cancelled. Only <c>InferAsync</c>
/// is hedged, and only where answering it records nothing: endpoints that record what they answer refuse the second attempt, and the first one's
/// answer is waited for. Predictions, sessions and commands are never sent twice at a time. It costs work of the models: choose a delay that few requests exceed.
/// </summary>
public sealed record HedgingOptions
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>After so long without an answer the second attempt goes out, at once when the first one fails; 1 millisecond up to <c>Timeout</c>. Default: 100 milliseconds.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(100);

    internal void Check(TimeSpan timeout, int gateways)
    {
        var rules = new OptionRules(nameof(HedgingOptions));
        rules.Between(nameof(Delay), Delay, Shortest, timeout);
        if (gateways < 2)
        {
            throw rules.Wrong("Addresses", gateways, "at least 2 gateways are allowed, because the second attempt goes to another one");
        }
    }
}
