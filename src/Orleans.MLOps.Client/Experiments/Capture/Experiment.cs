using System.Reflection;
using Orleans.MLOps.Client.Experiments.Capture;

namespace Orleans.MLOps.Experiments;

/// <summary>Runs code as a run of an experiment and records by itself what makes the run repeatable.</summary>
public static class Experiment
{
    /// <summary>
    /// Starts a run, runs <paramref name="body"/> and ends the run as Finished, as Failed when the body throws, or as Killed when it is
    /// cancelled. Recorded without a word of the body: the configuration's members as params (a member named Seed as the run's seed), git
    /// commit and whether files differ from it, package versions, host, user, standard output and error (files <c>output/stdout.txt</c>
    /// and <c>stderr.txt</c>), the exception with its stack (<c>output/exception.txt</c>), the result as JSON (<c>output/result.json</c>,
    /// and a tag), CPU, memory and GPU, and the duration. Heartbeats tell the platform that the process lives; when they cease it marks
    /// the run failed. What the platform would refuse is shortened: values to 65,536 characters, keys to 250.
    /// </summary>
    /// <param name="experiments">The SDK's room of experiments.</param>
    /// <param name="experiment">The experiment's name; it is created if it does not exist.</param>
    /// <param name="configuration">An object that JSON can hold; its members become params.</param>
    /// <param name="body">What to run.</param>
    /// <param name="options">What to capture; the defaults if absent.</param>
    /// <param name="cancellationToken">Cancels the body, if it looks.</param>
    /// <returns>The run's id, the body's result and, if something of the record could not be stored, why.</returns>
    /// <exception cref="Exception">What the body threw, after the run was ended; or why the run could not be started.</exception>
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
        options.Check();
        var parameters = ConfigurationParams.Of(configuration);
        var run = await StartAsync(experiments, experiment, parameters, options, cancellationToken).ConfigureAwait(false);
        var capture = new RunCapture(experiments, run, options);
        await using (capture.ConfigureAwait(false))
        {
            TResult result;
            try
            {
                foreach (var (number, batch) in ConfigurationParams.Batches(parameters).Index())
                {
                    await experiments.LogAsync(
                        run.RunId, new LogBatch { Params = batch, OperationId = $"{run.RunId}-config-{number}" }, cancellationToken).ConfigureAwait(false);
                }

                result = await capture.RunAsync(body, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                await capture.FailAsync(error, cancellationToken.IsCancellationRequested ? RunStatus.Killed : RunStatus.Failed).ConfigureAwait(false);
                throw;
            }

            return new CapturedRun<TResult>(run.RunId, result) { RecordingError = await capture.FinishAsync(result).ConfigureAwait(false) };
        }
    }

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

    private static Dictionary<string, string> Packages()
    {
        var packages = new Dictionary<string, string>(StringComparer.Ordinal) { [".NET"] = Environment.Version.ToString() };
        if (Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>() is { } entry)
        {
            packages["(program)"] = RecordedText.Of(entry.InformationalVersion, RecordedText.LongestKey);
        }

        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic).Select(assembly => assembly.GetName()))
        {
            if (assembly is { Name: { Length: > 0 } name, Version: { } version } && !name.StartsWith("System.", StringComparison.Ordinal) && packages.Count < 1000)
            {
                packages[name] = version.ToString();
            }
        }

        return packages;
    }
}
