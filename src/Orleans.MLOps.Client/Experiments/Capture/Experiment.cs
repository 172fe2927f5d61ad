using System.Reflection;
using System.Text;
using System.Text.Json;
using Orleans.MLOps.Client.Experiments.Capture;

namespace Orleans.MLOps.Experiments;

/// <summary>Runs code as a run of an experiment and records by itself what makes the run repeatable.</summary>
public static class Experiment
{
    private const string TextFolder = "output";
    private const int LongestTag = 5000;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>
    /// Starts a run, runs <paramref name="body"/> and ends the run as Finished, as Failed when the body throws, or as Killed when it is
    /// cancelled. Recorded without a word of the body: the configuration's members as params (a member named Seed as the run's seed), git
    /// commit and whether files differ from it, package versions, host, user, standard output and error (files <c>output/stdout.txt</c>
    /// and <c>stderr.txt</c>), the exception with its stack (<c>output/exception.txt</c>), the result as JSON (<c>output/result.json</c>,
    /// and a tag), CPU, memory and GPU, and the duration. Heartbeats tell the platform that the process lives; when they cease it marks
    /// the run failed.
    /// </summary>
    /// <param name="experiments">The SDK's room of experiments.</param>
    /// <param name="experiment">The experiment's name; it is created if it does not exist.</param>
    /// <param name="configuration">An object that JSON can hold; its members become params.</param>
    /// <param name="body">What to run.</param>
    /// <param name="options">What to capture; the defaults if absent.</param>
    /// <param name="cancellationToken">Cancels the body, if it looks.</param>
    /// <returns>The run's id and the body's result.</returns>
    /// <exception cref="Exception">What the body threw, after the run was ended.</exception>
    public static async Task<CapturedRun<TResult>> RunAsync<TConfiguration, TResult>(
        this IExperimentsClient experiments,
        string experiment,
        TConfiguration configuration,
        Func<RunScope, CancellationToken, Task<TResult>> body,
        CaptureOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        ArgumentNullException.ThrowIfNull(body);
        options ??= new CaptureOptions();
        var parameters = ConfigurationParams.Of(configuration);
        var run = await StartAsync(experiments, experiment, parameters, options, cancellationToken).ConfigureAwait(false);
        var capture = new RunCapture(experiments, run, options);
        await using (capture.ConfigureAwait(false))
        {
            try
            {
                await experiments.LogAsync(run.RunId, new LogBatch { Params = parameters, OperationId = $"{run.RunId}-config" }, cancellationToken).ConfigureAwait(false);
                var result = await capture.RunAsync(body, cancellationToken).ConfigureAwait(false);
                await RecordAsync(experiments, run.RunId, result).ConfigureAwait(false);
                await capture.EndAsync(RunStatus.Finished).ConfigureAwait(false);
                return new CapturedRun<TResult>(run.RunId, result);
            }
            catch (Exception error)
            {
                await capture.FailAsync(error, cancellationToken.IsCancellationRequested ? RunStatus.Killed : RunStatus.Failed).ConfigureAwait(false);
                throw;
            }
        }
    }

    internal static Task AddTextAsync(IExperimentsClient experiments, string runId, string name, string text) => text.Length == 0
        ? Task.CompletedTask
        : experiments.LogArtifactAsync(runId, $"{TextFolder}/{name}", new MemoryStream(Encoding.UTF8.GetBytes(text)));

    internal static Task TagAsync(IExperimentsClient experiments, string runId, Dictionary<string, string> tags) => experiments.LogAsync(
        runId,
        new LogBatch
        {
            Tags = tags.ToDictionary(tag => tag.Key, tag => tag.Value.Length <= LongestTag ? tag.Value : $"{tag.Value[..LongestTag]}..."),
            OperationId = Guid.NewGuid().ToString("N"),
        });

    private static async Task<RunInfo> StartAsync(
        IExperimentsClient experiments, string experiment, Dictionary<string, string> parameters, CaptureOptions options, CancellationToken cancellationToken)
    {
        var home = await experiments.CreateAsync(experiment, options.Project, cancellationToken).ConfigureAwait(false);
        var source = await SourceState.OfAsync(options.SourceFolder, cancellationToken).ConfigureAwait(false);
        var tags = new Dictionary<string, string>(options.Tags);
        if (source.Commit is not null)
        {
            tags["mlflow.source.git.commit"] = source.Commit;
            tags["mlops.git.dirty"] = source.IsDirty ? "true" : "false";
        }

        return await experiments.StartRunAsync(
            new StartRun
            {
                ExperimentId = home.ExperimentId,
                Name = options.RunName,
                ParentRunId = options.ParentRunId,
                User = Environment.UserName,
                Host = Environment.MachineName,
                GitCommit = source.Commit,
                Seed = ConfigurationParams.Seed(parameters),
                Packages = Packages(),
                Tags = tags,
                HeartbeatWithin = options.HeartbeatWithin,
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task RecordAsync<TResult>(IExperimentsClient experiments, string runId, TResult result)
    {
        string json;
        try
        {
            json = JsonSerializer.Serialize(result, Readable);
        }
        catch (Exception error) when (error is NotSupportedException or JsonException)
        {
            json = JsonSerializer.Serialize($"{result}");
        }

        await AddTextAsync(experiments, runId, "result.json", json).ConfigureAwait(false);
        await TagAsync(experiments, runId, new() { ["mlops.result"] = json }).ConfigureAwait(false);
    }

    private static Dictionary<string, string> Packages()
    {
        var packages = new Dictionary<string, string>(StringComparer.Ordinal) { [".NET"] = Environment.Version.ToString() };
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic).Select(assembly => assembly.GetName()))
        {
            if (assembly is { Name: { Length: > 0 } name, Version: { } version } && !name.StartsWith("System.", StringComparison.Ordinal) && packages.Count < 1000)
            {
                packages[name] = version.ToString();
            }
        }

        if (Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>() is { } entry)
        {
            packages["(program)"] = entry.InformationalVersion;
        }

        return packages;
    }
}
