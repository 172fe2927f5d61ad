using Grpc.Net.Client;
using Orleans.MLOps.Client.Resilience;
using Polly;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>
/// How the SDK reaches the gateways. A call is repeated only when it is idempotent: reads, commands that carry an operation id or an
/// id of their own, commands that set a state, and predictions, which the SDK names. Appending metric points is sent once; a call that
/// could not be sent at all, because no connection came about, goes to the next gateway whatever it is.
/// </summary>
public sealed partial record GrpcClientOptions
{
    private const int SmallestMessage = 64 * 1024;
    private const int LargestMessage = 256 * 1024 * 1024;
    private const int MostRetries = 20;
    private static readonly TimeSpan DefaultPauseLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ShortestKeepAlive = TimeSpan.FromSeconds(3);

    /// <summary>The gateway, such as <c>http://127.0.0.1:8081</c>; http means HTTP/2 without TLS. It comes before <see cref="Addresses"/>. Default: none.</summary>
    public Uri? Address { get; init; }

    /// <summary>Several gateways of one cluster, http and https as they come; here or in <see cref="Address"/> there must be one. Default: none.</summary>
    public IReadOnlyList<Uri> Addresses { get; init; } = [];

    /// <summary>How calls are dealt to several gateways. Default: <see cref="GatewayBalancing.Stay"/>.</summary>
    public GatewayBalancing Balancing { get; init; }

    /// <summary>How long one attempt of a call may take; streams are not bounded. Default: 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call may take with all its repeats, at least <see cref="Timeout"/>; a call that is sent once has <see cref="Timeout"/> alone. Default: 2 minutes.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>As <see cref="Timeout"/> for the calls that read whole datasets: splits and feature views. Default: 10 minutes.</summary>
    public TimeSpan LongTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>As <see cref="TotalTimeout"/> for the calls that read whole datasets, at least <see cref="LongTimeout"/>. Default: 30 minutes.</summary>
    public TimeSpan LongTotalTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How often an idempotent call is repeated while the platform is unavailable or does not answer in time, 0 to 20. Default: 15, with the
    /// default pauses about half a minute: longer than a cluster takes to declare a silo dead and to bring its part up elsewhere.
    /// </summary>
    public int Retries { get; init; } = 15;

    /// <summary>The pause before the first repeat; it doubles up to <see cref="LongestRetryDelay"/> and carries jitter. Default: 100 milliseconds.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between repeats, at least <see cref="RetryDelay"/>. Default: 3 seconds, or <see cref="RetryDelay"/> when that is longer.</summary>
    public TimeSpan? LongestRetryDelay { get; init; }

    /// <summary>Whether predictions are repeated like other idempotent calls; the platform knows a repeat by its operation id. Default: true.</summary>
    public bool RepeatPredictions { get; init; } = true;

    /// <summary>When the SDK stops asking for a while; null never. Default: the defaults of <see cref="CircuitBreakerOptions"/>.</summary>
    public CircuitBreakerOptions? CircuitBreaker { get; init; } = new();

    /// <summary>When an inference gets a second attempt at another gateway while the first is under way; null never. Default: null.</summary>
    public HedgingOptions? Hedging { get; init; }

    /// <summary>How long making a connection may take, TLS included. Default: 5 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Within which time a silently cut connection is noticed, by HTTP/2 pings; 3 seconds to 1 day. Its calls fail then as unavailable. Default: 10 seconds.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>With several gateways, the pause after which one that failed is asked for its health; it doubles. Default: 1 second.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause, at least <see cref="ReconnectDelay"/>. Default: 15 seconds.</summary>
    public TimeSpan LongestReconnectDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes of the largest message in either direction, 64 KB to 256 MB; the gateway has its own bound. Default: 4 MB.</summary>
    public int MaxMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Adds strategies inside the retry and the circuit breaker of idempotent calls; they see typed exceptions. Default: none.</summary>
    public Action<ResiliencePipelineBuilder>? ConfigureResilience { get; init; }

    /// <summary>
    /// Changes the channel, such as its credentials or the TLS options of its <c>SocketsHttpHandler</c>; called once a gateway.
    /// A handler of the caller's own has none of the connect and keep-alive bounds. Default: none.
    /// </summary>
    public Action<GrpcChannelOptions>? ConfigureChannel { get; init; }

    /// <summary>All gateways, each once.</summary>
    internal IReadOnlyList<Uri> Gateways => [.. (Address is null ? Addresses : [Address, .. Addresses]).Distinct()];

    internal TimeSpan PauseLimit => LongestRetryDelay ?? (RetryDelay > DefaultPauseLimit ? RetryDelay : DefaultPauseLimit);

    internal void Check()
    {
        var rules = new OptionRules(nameof(GrpcClientOptions));
        CheckAddresses(rules);
        foreach (var gateway in Gateways)
        {
            ApiKeyCredentials.Check(this, gateway);
        }

        rules.Between(nameof(Balancing), (int)Balancing, (int)GatewayBalancing.Stay, (int)GatewayBalancing.Spread);
        rules.Positive(nameof(Timeout), Timeout);
        rules.Positive(nameof(LongTimeout), LongTimeout);
        rules.AtLeast(nameof(TotalTimeout), TotalTimeout, nameof(Timeout), Timeout);
        rules.AtLeast(nameof(LongTotalTimeout), LongTotalTimeout, nameof(LongTimeout), LongTimeout);
        rules.Positive(nameof(RetryDelay), RetryDelay);
        rules.AtLeast(nameof(LongestRetryDelay), PauseLimit, nameof(RetryDelay), RetryDelay);
        rules.Between(nameof(Retries), Retries, 0, MostRetries);
        rules.Positive(nameof(ConnectTimeout), ConnectTimeout);
        rules.Between(nameof(KeepAlive), KeepAlive, ShortestKeepAlive, OptionRules.Longest);
        rules.Positive(nameof(ReconnectDelay), ReconnectDelay);
        rules.AtLeast(nameof(LongestReconnectDelay), LongestReconnectDelay, nameof(ReconnectDelay), ReconnectDelay);
        rules.Between(nameof(MaxMessageBytes), MaxMessageBytes, SmallestMessage, LargestMessage);
        CircuitBreaker?.Check();
        Hedging?.Check(Timeout, Gateways.Count);
    }

    private void CheckAddresses(OptionRules rules)
    {
        if (Address is not null && !IsAllowed(Address))
        {
            throw rules.Wrong(nameof(Address), Address, "an absolute http or https address is allowed");
        }

        if (Addresses is null || (Address is null && Addresses.Count == 0))
        {
            throw rules.Wrong(nameof(Addresses), null, $"at least one address is needed, here or in {nameof(Address)}; absolute http and https addresses are allowed");
        }

        foreach (var address in Addresses)
        {
            if (!IsAllowed(address))
            {
                throw rules.Wrong(nameof(Addresses), address, "absolute http and https addresses are allowed");
            }
        }
    }

    private static bool IsAllowed(Uri? address) => address is { IsAbsoluteUri: true, Scheme: "http" or "https" };
}
