using Orleans.MLOps.Client.Grpc;

namespace Orleans.MLOps.Client.Tests.Grpc;

public sealed class GrpcClientOptionsTests
{
    private static readonly GrpcClientOptions Good = new() { Address = new("http://127.0.0.1:1") };

    public static TheoryData<string, GrpcClientOptions> Wrong => new()
    {
        { "Address", Good with { Address = new("ftp://127.0.0.1") } },
        { "Address", Good with { Address = new("somewhere", UriKind.Relative) } },
        { "Addresses", new() },
        { "Addresses", new() { Addresses = null! } },
        { "Addresses", Good with { Addresses = [new("ftp://127.0.0.1")] } },
        { "Addresses", Good with { Addresses = [null!] } },
        { "Balancing", Good with { Balancing = (GatewayBalancing)7 } },
        { "Timeout", Good with { Timeout = TimeSpan.Zero } },
        { "TotalTimeout", Good with { TotalTimeout = TimeSpan.FromSeconds(29) } },
        { "LongTotalTimeout", Good with { LongTotalTimeout = TimeSpan.FromSeconds(29) } },
        { "ConnectTimeout", Good with { ConnectTimeout = TimeSpan.Zero } },
        { "KeepAlive", Good with { KeepAlive = TimeSpan.FromSeconds(2) } },
        { "ReconnectDelay", Good with { ReconnectDelay = TimeSpan.Zero } },
        { "LongestReconnectDelay", Good with { LongestReconnectDelay = TimeSpan.FromMilliseconds(500) } },
        { "FailureRatio", Good with { CircuitBreaker = new() { FailureRatio = double.NaN } } },
        { "MinimumCalls", Good with { CircuitBreaker = new() { MinimumCalls = 1 } } },
        { "Window", Good with { CircuitBreaker = new() { Window = TimeSpan.Zero } } },
        { "Pause", Good with { CircuitBreaker = new() { Pause = TimeSpan.FromDays(2) } } },
        { "LongTimeout", Good with { LongTimeout = TimeSpan.FromDays(2) } },
        { "RetryDelay", Good with { RetryDelay = TimeSpan.FromSeconds(-1) } },
        { "Retries", Good with { Retries = 21 } },
        { "MaxMessageBytes", Good with { MaxMessageBytes = 1 } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Connect_OptionOutOfRange_NamesIt(string option, GrpcClientOptions options)
    {
        var error = Assert.Throws<InvalidInputException>(() => MlopsGrpcClient.Connect(options));
        Assert.Equal(option, error.Field);
        Assert.Contains("allowed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("ftp://host")]
    [InlineData("")]
    [InlineData("http://a:8081,")]
    [InlineData("http://a:8081,nowhere")]
    public void Connect_TextThatIsNoAddress_IsRefused(string address) =>
        Assert.Throws<InvalidInputException>(() => MlopsGrpcClient.Connect(address));

    [Fact]
    public void Gateways_AddressAndAddresses_AreEachThereOnceInOrder()
    {
        var options = new GrpcClientOptions { Address = new("http://b:8081"), Addresses = [new("https://a"), new("http://b:8081/")] };
        Assert.Equal(["http://b:8081/", "https://a/"], options.Gateways.Select(address => address.AbsoluteUri));
    }

    [Fact]
    public async Task Call_NobodyListens_IsUnavailable()
    {
        using var client = MlopsGrpcClient.Connect(Good with { Retries = 0 });
        await Assert.ThrowsAsync<UnavailableException>(() => client.Models.GetAsync("m", cancellationToken: TestContext.Current.CancellationToken));
    }
}
