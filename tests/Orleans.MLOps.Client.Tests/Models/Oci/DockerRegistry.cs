using System.Diagnostics;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Client.Tests.Models.Oci;

/// <summary>Debian's <c>docker-registry</c> as a server of the tests' own: a new folder, a free loopback port, ended and deleted at the end.</summary>
public sealed class DockerRegistry : IAsyncDisposable
{
    private const string Program = "/usr/bin/docker-registry";

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly string folder;
    private readonly Process process;
    private readonly Task<string> log;

    private DockerRegistry(string folder, int port, Process process)
    {
        (this.folder, Port, this.process) = (folder, port, process);
        log = process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>Why tests that need a registry are skipped; null when one can be started.</summary>
    public static string? Missing { get; } = File.Exists(Program) ? null : "docker-registry is not installed; run tests/run.sh, which installs it on Debian.";

    public int Port { get; }

    public string Host => $"127.0.0.1:{Port}";

    /// <param name="auth">Lines of its configuration that say who may come; made of its folder.</param>
    public static async Task<DockerRegistry> StartAsync(Func<string, string>? auth = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("mlops-registry-").FullName;
        var port = FreePort.Find();
        var configuration = Path.Combine(folder, "config.yml");
        await File.WriteAllTextAsync(
            configuration,
            $"""
            version: 0.1
            log:
              level: error
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {folder}/data
            http:
              addr: 127.0.0.1:{port}
            {auth?.Invoke(folder)}
            """,
            cancellationToken);
        var start = new ProcessStartInfo(Program, ["serve", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder };
        start.Environment["OTEL_TRACES_EXPORTER"] = "none";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var registry = new DockerRegistry(folder, port, process);
        try
        {
            await registry.WaitAsync(cancellationToken);
            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    /// <summary>The files that hold blobs, by digest.</summary>
    public Dictionary<string, string> BlobFiles() => Directory.EnumerateFiles(Path.Combine(folder, "data/docker/registry/v2/blobs/sha256"), "data", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetFileName(Path.GetDirectoryName(file)!));

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTime);
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var response = await http.GetAsync(new Uri($"http://{Host}/v2/"), limit.Token);
                return;
            }
            catch (HttpRequestException)
            {
                if (process.HasExited)
                {
                    throw new InvalidOperationException($"The registry ended with code {process.ExitCode}: {await log}");
                }
            }
        }
    }
}
