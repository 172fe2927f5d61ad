using Orleans.MLOps.Client.Grpc;

namespace Orleans.MLOps.Client.Tests.Grpc;

public sealed class ApiKeyTests
{
    private const string Key = "mlops_not-a-real-one";

    [Theory]
    [InlineData("https://mlops.example:8081")]
    [InlineData("http://127.0.0.1:8081")]
    [InlineData("http://127.8.8.8:8081")]
    [InlineData("http://[::1]:8081")]
    [InlineData("http://localhost:8081")]
    public void Connect_KeyWhereNobodyReadsAlong_IsAllowed(string address)
    {
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = new(address), ApiKey = Key });
    }

    [Theory]
    [InlineData("http://mlops.example:8081")]
    [InlineData("http://10.0.0.1:8081")]
    [InlineData("http://0.0.0.0:8081")]
    [InlineData("http://localhost.example:8081")]
    public void Connect_KeyInPlainTextToOthers_NeedsTheOption(string address)
    {
        var options = new GrpcClientOptions { Address = new(address), ApiKey = Key };

        var error = Assert.Throws<InvalidInputException>(() => MlopsGrpcClient.Connect(options));
        Assert.Equal("ApiKey", error.Field);
        Assert.Contains("AllowApiKeyWithoutTls", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.Message, StringComparison.Ordinal);
        using var allowed = MlopsGrpcClient.Connect(options with { AllowApiKeyWithoutTls = true });
        using var without = MlopsGrpcClient.Connect(options with { ApiKey = null });
    }

    [Theory]
    [InlineData("")]
    [InlineData("hidden key")]
    [InlineData("hidden\n")]
    [InlineData("hiddén")]
    public void Connect_TextThatIsNoKey_IsRefusedUnrepeated(string key)
    {
        var error = Assert.Throws<InvalidInputException>(() => MlopsGrpcClient.Connect(new GrpcClientOptions { Address = new("https://127.0.0.1:1"), ApiKey = key }));

        Assert.Equal("ApiKey", error.Field);
        Assert.DoesNotContain("hidd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_WithKey_DoesNotShowIt() =>
        Assert.Equal("GrpcClientOptions { Address = http://127.0.0.1:1/ }", new GrpcClientOptions { Address = new("http://127.0.0.1:1"), ApiKey = Key }.ToString());
}
