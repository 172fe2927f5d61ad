using Microsoft.Extensions.Configuration;
using Orleans.MLOps.Server.CommandLine;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.Tests.CommandLine;

public sealed class NodeSettingsTests
{
    [Fact]
    public void Read_Nothing_GivesDefaults()
    {
        var options = Read([]);

        Assert.Equal(("mlops-data", 8080, 8081, null, false), (options.DataFolder, options.HttpPort, options.GrpcPort, options.OrleansGatewayPort, options.Verbose));
    }

    [Theory]
    [InlineData("--http", "9")]
    [InlineData("--http=9")]
    public void Read_EveryLevel_CommandLineWins(params string[] arguments)
    {
        Assert.Equal(9, Read(arguments, ("MLOPS_HTTP", "8"), ("Mlops:Http", "7")).HttpPort);
        Assert.Equal(8, Read([], ("MLOPS_HTTP", "8"), ("Mlops:Http", "7")).HttpPort);
        Assert.Equal(7, Read([], ("Mlops:Http", "7")).HttpPort);
    }

    [Fact]
    public void Read_AllOptions_AreTaken()
    {
        var options = Read(["--data", "d", "--http", "1", "--grpc", "2", "--orleans-gateway", "3", "--verbose"]);

        Assert.Equal(("d", 1, 2, 3, true), (options.DataFolder, options.HttpPort, options.GrpcPort, options.OrleansGatewayPort, options.Verbose));
    }

    [Fact]
    public void Read_BothPortsFree_IsAllowed() => Assert.Equal((0, 0), Read(["--http", "0", "--grpc", "0"]) is { } options ? (options.HttpPort, options.GrpcPort) : default);

    [Theory]
    [InlineData("Unknown option 'demos'", "demos")]
    [InlineData("Unknown option '--HTTP'", "--HTTP", "1")]
    [InlineData("'demo' says what to do and comes first", "--data", "x", "demo")]
    [InlineData("--http needs a value", "--http")]
    [InlineData("--http is 'x'; it must be a port from 0 to 65535", "--http", "x")]
    [InlineData("--http is '-1'", "--http", "-1")]
    [InlineData("--grpc is '65536'", "--grpc", "65536")]
    [InlineData("--data is empty", "--data", "")]
    [InlineData("--data is given twice", "--data", "a", "--data", "b")]
    [InlineData("--verbose takes no value", "--verbose=yes")]
    [InlineData("Port 5 is given for both", "--http", "5", "--grpc", "5")]
    public void Read_BadArguments_SaysWhat(string message, params string[] arguments)
    {
        var error = Assert.Throws<UsageException>(() => Read(arguments));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("MLOPS_GRPC", "abc")]
    [InlineData("Mlops:Grpc", "abc")]
    [InlineData("MLOPS_VERBOSE", "perhaps")]
    public void Read_BadEnvironment_NamesItsSource(string name, string value)
    {
        var error = Assert.Throws<UsageException>(() => Read([], (name, value)));

        Assert.StartsWith($"{name} is '{value}'", error.Message, StringComparison.Ordinal);
    }

    private static NodeOptions Read(string[] arguments, params (string Name, string Value)[] configuration) =>
        NodeSettings.Read(arguments, new ConfigurationBuilder().AddInMemoryCollection(configuration.ToDictionary(pair => pair.Name, pair => (string?)pair.Value)).Build());
}
