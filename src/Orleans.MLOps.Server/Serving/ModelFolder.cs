using System.Globalization;
using System.Security.Cryptography;
using Orleans.MLOps.Gateway.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Server.Serving;

/// <summary>
/// Registers the models of a folder, <c>NAME/VERSION/model.onnx</c>, and serves each under its name: the newest version by default, earlier ones to
/// those who ask for them while they are there. The folder is looked at every second; a version counts when its file has not changed between two
/// looks, so that one that is being copied is not read half. A model whose folder is removed is served no more; its versions stay registered.
/// </summary>
internal sealed partial class ModelFolder(
    string folder, IServiceProvider services, IHostApplicationLifetime lifetime, UnservedVersions unserved, TimeProvider clock, ILogger<ModelFolder> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, Refusal> _refusals = [];
    private readonly HashSet<FoundVersion> _registered = [];
    private Dictionary<string, int[]> _served = [];
    private HashSet<FoundVersion> _seen = [];
    private bool _hasLooked;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.StartedAsync(stoppingToken);
        var client = services.GetRequiredService<IMlopsClient>();
        using var timer = new PeriodicTimer(LookEvery, clock);
        do
        {
            try
            {
                await LookAsync(client, stoppingToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                LogUnreadable(folder, error.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        var found = FoundVersion.Scan(folder);
        var settled = found.Where(version => !_hasLooked || _seen.Contains(version)).ToArray();
        (_seen, _hasLooked) = ([.. found], true);
        foreach (var model in settled.GroupBy(version => version.Model))
        {
            // What changed is tried at once, whatever failed before.
            var state = string.Join(' ', model.Select(version => $"{version.Version}/{version.Length}/{version.WrittenAt.Ticks}"));
            await TryAsync(model.Key, state, () => ServeAsync(client, model.Key, [.. model], cancellationToken), cancellationToken);
        }

        foreach (var gone in unserved.Models.Except(found.Select(version => version.Model)).ToArray())
        {
            unserved.Set(gone, []);
        }

        foreach (var gone in _served.Keys.Except(found.Select(version => version.Model)).ToArray())
        {
            await TryAsync(gone, "", async () =>
            {
                await client.Serving.RemoveAsync(new RemoveEndpoint { Name = gone, OperationId = Guid.NewGuid().ToString("N") }, cancellationToken);
                _served.Remove(gone);
            }, cancellationToken);
        }
    }

    private async Task ServeAsync(IMlopsClient client, string model, FoundVersion[] versions, CancellationToken cancellationToken)
    {
        var refused = new Dictionary<long, Exception>();
        foreach (var version in versions.Where(version => !_registered.Contains(version)))
        {
            try
            {
                await RegisterAsync(client, version, cancellationToken);
                _registered.Add(version);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                // The others are served all the same.
                refused[version.Version] = error;
            }
        }

        int[] numbers = [.. versions.Where(_registered.Contains).Select(version => (int)version.Version).OrderDescending()];
        try
        {
            if (numbers.Length > 0)
            {
                await DeployIfNewAsync(client, model, numbers, cancellationToken);
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            refused[numbers[0]] = error;
        }

        unserved.Set(model, [.. refused.Select(refusal => (refusal.Key.ToString(CultureInfo.InvariantCulture), refusal.Value.Message))]);
        if (refused.Count > 0)
        {
            throw refused.Values.First();
        }
    }

    /// <summary>Brings the versions of the folder to the endpoint. What somebody changed about it since stays, and so does that it was unloaded.</summary>
    private async Task DeployIfNewAsync(IMlopsClient client, string model, int[] numbers, CancellationToken cancellationToken)
    {
        var isKnown = _served.TryGetValue(model, out var served);
        if (isKnown && served!.SequenceEqual(numbers))
        {
            return;
        }

        var current = await FindAsync(client, model, cancellationToken);
        if (current is { UnloadedAt: not null })
        {
            return;
        }

        if (!isKnown && current is not null && VersionsOf(current).SequenceEqual(numbers))
        {
            _served[model] = numbers;
            return;
        }

        if (current?.Canary is { Status: CanaryStatus.Running } canary)
        {
            throw new FailedPreconditionException($"It waits until the canary of version {canary.Spec.Version} has ended.", "canary");
        }

        await client.Serving.DeployAsync(Plan(current, model, numbers), cancellationToken);
        _served[model] = numbers;
    }

    private static async Task<EndpointInfo?> FindAsync(IMlopsClient client, string model, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Serving.GetAsync(model, cancellationToken: cancellationToken);
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    private static IEnumerable<int> VersionsOf(EndpointInfo endpoint) =>
        (endpoint.Versions is { Specific.Length: > 0 } policy ? policy.Specific : endpoint.Variants.Select(variant => variant.Version)).Distinct().OrderDescending();

    /// <summary>The plan as it is, with other versions.</summary>
    private static DeployEndpoint Plan(EndpointInfo? current, string model, int[] numbers)
    {
        var plan = new DeployEndpoint
        {
            Name = model,
            Model = model,
            Versions = new VersionPolicy { Specific = numbers },
            Reason = $"The folder of models has version {string.Join(", ", numbers)}.",
            OperationId = Guid.NewGuid().ToString("N"),
        };
        return current is null ? plan : plan with
        {
            FeatureView = current.FeatureView,
            LogPolicy = current.LogPolicy,
            ExpectedRevision = current.Revision,
            Batching = current.Batching,
            Limits = current.Limits,
            Shadow = current.Shadow,
            GoldenSamples = current.GoldenSamples,
            PayloadLog = current.PayloadLog,
        };
    }

    private static async Task RegisterAsync(IMlopsClient client, FoundVersion found, CancellationToken cancellationToken)
    {
        if (!found.CanBeServed)
        {
            throw new InvalidInputException($"Version {found.Version} is above {int.MaxValue}, the last number of a version here; give its folder a smaller one.", "version");
        }

        string digest;
        BlobFile file;
        await using (var content = File.OpenRead(found.File))
        {
            digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            content.Position = 0;
            file = new BlobFile(await client.Models.UploadAsync(content, cancellationToken), Path.GetFileName(found.File) == FoundVersion.Onnx);
        }

        await client.Models.RegisterAsync(
            new RegisterModelVersion
            {
                Model = found.Model,
                Version = (int)found.Version,
                Onnx = file.IsOnnx ? file.Blob : null,
                TorchScript = file.IsOnnx ? null : file.Blob,
                Tensors = file.IsOnnx ? null : SignatureFile.Find(found.File),
                OperationId = $"folder/{found.Version}/{digest}",
            },
            cancellationToken);
    }

    /// <summary>What fails is logged once for each reason and tried again at growing distances; what is served stays.</summary>
    private async Task TryAsync(string model, string state, Func<Task> work, CancellationToken cancellationToken)
    {
        if (_refusals.TryGetValue(model, out var refusal) && refusal.State == state && refusal.NextAt > clock.GetUtcNow())
        {
            return;
        }

        try
        {
            await work();
            _refusals.Remove(model);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            if (refusal?.Reason != error.Message)
            {
                LogRefused(model, error.Message);
            }

            var attempts = (refusal?.State == state ? refusal.Attempts : 0) + 1;
            var wait = LookEvery * Math.Pow(2, Math.Min(attempts, 10));
            _refusals[model] = new Refusal(state, error.Message, attempts, clock.GetUtcNow() + (wait < LongestWait ? wait : LongestWait));
        }
    }

    private sealed record BlobFile(Datasets.BlobRef Blob, bool IsOnnx);

    private sealed record Refusal(string State, string Reason, int Attempts, DateTimeOffset NextAt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Model '{Model}' of the folder of models cannot be served as it is there: {Reason}")]
    private partial void LogRefused(string model, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The folder of models '{Folder}' cannot be read: {Reason}")]
    private partial void LogUnreadable(string folder, string reason);
}
