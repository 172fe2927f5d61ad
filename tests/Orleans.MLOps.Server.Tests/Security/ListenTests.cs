using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Orleans.MLOps.Server.CommandLine;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Security;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Security;

public sealed class ListenTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.8.7")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Make_LoopbackWithoutKeys_IsAllowed(string address)
    {
        using var doorLock = DoorLock.Make(Read(["--listen", address]));

        Assert.Equal(0, doorLock.Keys.Count);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.7")]
    [InlineData("128.0.0.1")]
    [InlineData("2001:db8::1")]
    [InlineData("::ffff:192.0.2.7")]
    public void Make_OtherAddress_NeedsAKey(string address)
    {
        var options = Read(["--listen", address]);

        var error = Assert.Throws<InvalidInputException>(() => DoorLock.Make(options));
        Assert.Equal("--listen", error.Field);
        Assert.Contains($"'{options.Listen}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("at least one API key", error.Message, StringComparison.Ordinal);
        using var locked = DoorLock.Make(options with { ApiKeys = LockedNode.Keys });
        Assert.Equal(2, locked.Keys.Count);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.1")]
    [InlineData("0")]
    [InlineData("0x7f000001")]
    [InlineData("[::1]")]
    [InlineData("127.0.0.1:80")]
    public void Read_NoAddress_IsRefused(string value)
    {
        var error = Assert.Throws<UsageException>(() => Read(["--listen", value]));

        Assert.StartsWith($"--listen is '{value}'; it must be an IP address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EveryLevel_CommandLineWins()
    {
        Assert.Equal("127.0.0.9", Read(["--listen", "127.0.0.9"], ("MLOPS_LISTEN", "127.0.0.8"), ("Mlops:Listen", "127.0.0.7")).Listen.ToString());
        Assert.Equal("127.0.0.8", Read([], ("MLOPS_LISTEN", "127.0.0.8"), ("Mlops:Listen", "127.0.0.7")).Listen.ToString());
        Assert.Equal("127.0.0.7", Read([], ("Mlops:Listen", "127.0.0.7")).Listen.ToString());
        Assert.Equal(IPAddress.Loopback, Read([]).Listen);
    }

    [Fact]
    public async Task Start_EverywhereWithoutKeys_IsRefusedInOneSentence()
    {
        await using var process = ServerProcess.Run(_folder.Path, ["--data", _folder.At("data"), "--http", "0", "--grpc", "0", "--listen", "0.0.0.0"]);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Contains("is '0.0.0.0', which other machines may reach", Assert.Single(process.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("data")));
    }

    [Fact]
    public async Task Start_AddressOfNobodyHere_IsRefused()
    {
        // 192.0.2.0/24 is reserved for documentation.
        var options = new NodeOptions { DataFolder = _folder.At("data"), HttpPort = 0, GrpcPort = 0, Listen = IPAddress.Parse("192.0.2.7"), ApiKeys = LockedNode.Keys };

        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => NodeHost.StartAsync(options, cancellationToken: Cancel));

        Assert.Contains("no address of this machine", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "[::1]")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("::1", "[::1]")]
    [InlineData("127.0.0.5", "127.0.0.5")]
    public async Task Start_WithKeys_AnswersAtTheAddress(string listen, string reach)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || !listen.Contains(':', StringComparison.Ordinal), "needs IPv6");
        var options = new NodeOptions { DataFolder = _folder.At("data"), HttpPort = 0, GrpcPort = 0, Listen = IPAddress.Parse(listen), ApiKeys = LockedNode.Keys };

        await using var node = await NodeHost.StartAsync(options, cancellationToken: Cancel);

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal("ready", await http.GetStringAsync(new Uri($"http://{reach}:{node.HttpPort}/health/ready"), Cancel));
        using var announced = new StringWriter();
        Announcement.Write(announced, node);
        Assert.Equal(!IPAddress.IsLoopback(options.Listen), announced.ToString().Contains($"  listens on       {listen}: ", StringComparison.Ordinal));
        Assert.Contains("2 configured", announced.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthCommand_NodeEverywhere_AsksOnThisMachine()
    {
        (string, string)[] environment = [("MLOPS_LISTEN", "0.0.0.0"), ("Mlops__ApiKeys__0__Name", "a"), ("Mlops__ApiKeys__0__Sha256", LockedNode.Keys[0].Sha256), ("MLOPS_GRPC", "0")];
        await using var node = ServerProcess.Run(_folder.Path, ["--data", _folder.At("data"), "--http", "0"], environment);
        await node.WaitUntilReadyAsync();

        await using var health = ServerProcess.Run(_folder.Path, ["health", "--http", $"{node.HttpPort}"], environment);

        Assert.Equal(0, await health.WaitForExitAsync());
        Assert.Equal(["ready"], health.Output);
    }

    private static NodeOptions Read(string[] arguments, params (string Name, string Value)[] configuration) =>
        NodeSettings.Read(arguments, new ConfigurationBuilder().AddInMemoryCollection(configuration.ToDictionary(pair => pair.Name, pair => (string?)pair.Value)).Build());
}
