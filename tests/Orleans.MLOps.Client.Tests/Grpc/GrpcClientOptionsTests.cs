using Orleans.MLOps.Client.Grpc;

namespace Orleans.MLOps.Client.Tests.Grpc;

public sealed class GrpcClientOptionsTests
{
    private static readonly GrpcClientOptions Good = new() { Address = new("http://127.0.0.1:1") };

    public static TheoryData<string, GrpcClientOptions> Wrong => new()
    {
        { "Address", Good with { Address = new("ftp://127.0.0.1") } },
        { "Address", Good with { Address = new("somewhere", UriKind.Relative) } },
        { "Timeout", Good with { Timeout = TimeSpan.Zero } },
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
    public void Connect_TextThatIsNoAddress_IsRefused(string address) =>
        Assert.Throws<InvalidInputException>(() => MlopsGrpcClient.Connect(address));

    [Fact]
    public async Task Call_NobodyListens_IsUnavailable()
    {
        using var client = MlopsGrpcClient.Connect(Good with { Retries = 0 });
        await Assert.ThrowsAsync<UnavailableException>(() => client.Models.GetAsync("m", cancellationToken: TestContext.Current.CancellationToken));
    }
}
