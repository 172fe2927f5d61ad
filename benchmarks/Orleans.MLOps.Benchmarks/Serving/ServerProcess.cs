using System.Diagnostics;
using System.Globalization;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>A server as a process of its own, whose CPU time and memory are read.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private ServerProcess(Process process, int http, int grpc, int gateway) =>
        (_process, Http, Grpc, GatewayPort) = (process, Loopback(http), Loopback(grpc), gateway);

    public Uri Http { get; }

    public Uri Grpc { get; }

    /// <summary>The port for Orleans clients; 0 where there is none.</summary>
    public int GatewayPort { get; }

    /// <summary>CPU seconds of the server so far.</summary>
    public double Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Resident megabytes now.</summary>
    public double Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>Starts a node of the platform; returns when it answers.</summary>
    /// <param name="folder">Where it keeps everything.</param>
    /// <param name="models">A folder of models to serve; none if null.</param>
    /// <param name="more">More of its options.</param>
    public static Task<ServerProcess> StartNodeAsync(string folder, string? models = null, params string[] more)
    {
        var (http, grpc, gateway) = (FreePort.Find(), FreePort.Find(), FreePort.Find());
        string[] served = models is null ? [] : ["--models", models];
        return StartAsync(
            "Orleans.MLOps.Benchmarks.dll",
            [ServingNodeCommand.Verb, "--data", folder, "--http", Text(http), "--grpc", Text(grpc), "--orleans-gateway", Text(gateway), .. served, .. more], http, grpc, gateway);
    }

    /// <summary>Starts the peer; returns when it answers.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="file">The model.</param>
    public static Task<ServerProcess> StartPeerAsync(string name, string file)
    {
        var (http, grpc) = (FreePort.Find(), FreePort.Find());
        return StartAsync("Orleans.MLOps.Benchmarks.Peer.dll", [name, file, Text(http), Text(grpc)], http, grpc, 0);
    }

    /// <summary>Waits until a path of its HTTP port answers well.</summary>
    /// <exception cref="TimeoutException">It does not in a minute.</exception>
    public async Task AnswersAsync(string path)
    {
        using var http = new HttpClient();
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            try
            {
                using var reply = await http.GetAsync(new Uri(Http, path));
                if (reply.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // It does not listen yet.
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"{path} does not answer.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<ServerProcess> StartAsync(string program, string[] arguments, int http, int grpc, int gateway)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Generators hang up amid calls when their time is over, and each such call is logged as an error.
        start.Environment["Logging__LogLevel__Grpc.AspNetCore.Server.ServerCallHandler"] = "None";
        var process = Process.Start(start)!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        var server = new ServerProcess(process, http, grpc, gateway);
        try
        {
            await server.AnswersAsync("/v2/health/live");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static Uri Loopback(int port) => new($"http://127.0.0.1:{port}");

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
