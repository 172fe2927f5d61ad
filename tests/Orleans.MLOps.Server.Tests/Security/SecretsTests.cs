using System.Text;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Security;

/// <summary>What a node writes, at its most talkative, holds neither keys nor the password of its certificate.</summary>
public sealed class SecretsTests : IDisposable
{
    private const string Password = "open-sesame-4711";

    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificate _certificate = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Node_TracingEverything_WritesNoSecret()
    {
        await using var node = ServerProcess.Run(
            Path.GetTempPath(),
            ["--data", _folder.At("data"), "--http", "0", "--grpc", "0", "--verbose"],
            [.. Settings, ("Logging__LogLevel__Default", "Debug"), ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"), ("Logging__LogLevel__Grpc", "Trace")]);
        await node.WaitUntilReadyAsync();

        var pages = await VisitAsync(node);
        var commandLine = OperatingSystem.IsLinux() ? await File.ReadAllTextAsync($"/proc/{node.Id}/cmdline", Cancel) : "";
        node.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await node.WaitForExitAsync());

        Assert.Contains(node.Errors, line => line.Contains("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.Contains(node.Errors, line => line.Contains("was challenged", StringComparison.Ordinal));
        HoldsNoSecret([.. node.Output, .. node.Errors, .. pages, commandLine]);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--listen", "nonsense")]
    [InlineData("--frobnicate")]
    [InlineData("health", "--http", "1")]
    [InlineData("--tls-key", "/no/such.key")]
    public async Task Program_EndingAtOnce_WritesNoSecret(params string[] arguments)
    {
        await using var process = ServerProcess.Run(_folder.Path, arguments, Settings);

        await process.WaitForExitAsync();

        HoldsNoSecret([.. process.Output, .. process.Errors]);
    }

    [Fact]
    public async Task Node_WrongPassword_IsRefusedUnrepeated()
    {
        _certificate.WritePfx(_folder.At("locked.pfx"), "another one");
        await using var process = ServerProcess.Run(
            _folder.Path,
            ["--data", _folder.At("data"), "--http", "0", "--grpc", "0", "--verbose"],
            ("MLOPS_TLS_CERTIFICATE", _folder.At("locked.pfx")),
            ("MLOPS_TLS_PASSWORD", Password));

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Contains("check the file and Mlops:Tls:Password", Assert.Single(process.Errors), StringComparison.Ordinal);
        HoldsNoSecret([.. process.Output, .. process.Errors]);
    }

    [Fact]
    public void Options_AsText_HoldNoSecret()
    {
        var node = new Server.Node.NodeOptions { ApiKeys = LockedNode.Keys, Tls = new() { Certificate = "c", Password = Password } };
        var client = new GrpcClientOptions { Address = new("http://127.0.0.1:1"), ApiKey = LockedNode.CallerKey };

        HoldsNoSecret([node.ToString(), client.ToString()]);
    }

    private (string Name, string Value)[] Settings =>
    [
        ("MLOPS_TLS_CERTIFICATE", _certificate.WritePfx(_folder.At("locked.pfx"), Password)),
        ("MLOPS_TLS_PASSWORD", Password),
        ("Mlops__ApiKeys__0__Name", "caller"),
        ("Mlops__ApiKeys__0__Sha256", LockedNode.Keys[0].Sha256),
        ("Mlops__ApiKeys__1__Name", "boss"),
        ("Mlops__ApiKeys__1__Sha256", LockedNode.Keys[1].Sha256),
        ("Mlops__ApiKeys__1__Operator", "true"),
    ];

    private static void HoldsNoSecret(string[] texts) => Assert.All(
        [LockedNode.CallerKey, LockedNode.OperatorKey, LockedNode.StrangerKey, Basic(LockedNode.OperatorKey), Password, .. LockedNode.Keys.Select(key => key.Sha256)],
        secret => Assert.DoesNotContain(texts, text => text.Contains(secret, StringComparison.OrdinalIgnoreCase)));

    private static string Basic(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{key}"));

    /// <summary>Goes through every door with every key, and brings home what the pages say.</summary>
    private async Task<List<string>> VisitAsync(ServerProcess node)
    {
        var pages = new List<string>();
        using var http = new HttpClient(_certificate.TrustingHandler());
        foreach (var (scheme, value) in new[] { ("Bearer", LockedNode.CallerKey), ("Bearer", LockedNode.OperatorKey), ("Bearer", LockedNode.StrangerKey), ("Basic", Basic(LockedNode.OperatorKey)) })
        {
            http.DefaultRequestHeaders.Authorization = new(scheme, value);
            foreach (var path in new[] { "/", "/metrics", "/dashboard/", "/health" })
            {
                using var reply = await http.GetAsync(new Uri($"https://127.0.0.1:{node.HttpPort}{path}"), Cancel);
                pages.Add($"{reply} {await reply.Content.ReadAsStringAsync(Cancel)}");
            }
        }

        foreach (var key in new[] { LockedNode.CallerKey, LockedNode.StrangerKey })
        {
            using var client = MlopsGrpcClient.Connect(new GrpcClientOptions
            {
                Address = new($"https://127.0.0.1:{node.GrpcPort}"),
                ApiKey = key,
                ConfigureChannel = channel => channel.HttpHandler = _certificate.TrustingHandler(),
            });
            try
            {
                await client.Experiments.ListAsync(cancellationToken: Cancel);
            }
            catch (PermissionDeniedException error)
            {
                pages.Add(error.ToString());
            }
        }

        return pages;
    }
}
