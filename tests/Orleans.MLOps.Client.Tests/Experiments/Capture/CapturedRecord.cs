using System.Collections.Concurrent;
using System.Text;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.Capture;

/// <summary>Stands in for the platform: keeps what is recorded of a run, and refuses what the platform refuses.</summary>
internal sealed class CapturedRecord
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public ConcurrentDictionary<string, string> Files { get; } = new();

    public ConcurrentDictionary<string, string> Params { get; } = new();

    public ConcurrentDictionary<string, string> Tags { get; } = new();

    public ConcurrentQueue<MetricPoint> Points { get; } = new();

    public StartRun? Started { get; private set; }

    public RunStatus? Ended { get; private set; }

    /// <summary>What a call named so does instead of being taken.</summary>
    public Func<string, Task>? Trouble { get; set; }

    public IExperimentsClient Client() => CallProxy.Create<IExperimentsClient>((method, arguments) =>
    {
        var trouble = Trouble?.Invoke(method.Name) ?? Task.CompletedTask;
        switch (method.Name)
        {
            case nameof(IExperimentsClient.CreateAsync):
                return Task.FromResult(new ExperimentInfo { ExperimentId = 3, Project = "default", Name = "mine" });
            case nameof(IExperimentsClient.StartRunAsync):
                Started = (StartRun)arguments[0]!;
                return Task.FromResult(new RunInfo { RunId = Guid.NewGuid().ToString("N"), ExperimentId = 3 });
            case nameof(IExperimentsClient.LogAsync):
                return LogAsync(trouble, (LogBatch)arguments[1]!);
            case nameof(IExperimentsClient.LogArtifactAsync):
                return AddAsync(trouble, (string)arguments[1]!, (Stream)arguments[2]!);
            case nameof(IExperimentsClient.EndRunAsync):
                return EndAsync(trouble, (RunStatus)arguments[1]!);
            default:
                return trouble;
        }
    });

    private async Task LogAsync(Task trouble, LogBatch batch)
    {
        await trouble;
        Take(Params, batch.Params);
        Take(Tags, batch.Tags);
        Array.ForEach(batch.Metrics, Points.Enqueue);
    }

    private async Task<ArtifactInfo> AddAsync(Task trouble, string path, Stream content)
    {
        await trouble;
        using var reader = new StreamReader(content, Encoding.UTF8);
        Files[path] = await reader.ReadToEndAsync();
        return new ArtifactInfo { Path = "p", Digest = "d" };
    }

    private async Task EndAsync(Task trouble, RunStatus status)
    {
        await trouble;
        Ended = status;
    }

    private static void Take(ConcurrentDictionary<string, string> target, Dictionary<string, string> entries)
    {
        var bytes = entries.Sum(entry => Encoding.UTF8.GetByteCount(entry.Key) + Encoding.UTF8.GetByteCount(entry.Value));
        if (entries.Count > 1000 || bytes > 4_000_000)
        {
            throw new InvalidInputException($"{entries.Count} entries of {bytes} bytes");
        }

        foreach (var (key, value) in entries)
        {
            if (string.IsNullOrWhiteSpace(key) || key.Length > 250 || key.Any(char.IsControl) || value.Length > 65_536 || !IsStorable(key) || !IsStorable(value))
            {
                throw new InvalidInputException($"entry '{key}' of {value.Length} characters");
            }

            target[key] = value;
        }
    }

    private static bool IsStorable(string text)
    {
        try
        {
            return Strict.GetByteCount(text) >= 0 && !text.Contains('\0', StringComparison.Ordinal);
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
