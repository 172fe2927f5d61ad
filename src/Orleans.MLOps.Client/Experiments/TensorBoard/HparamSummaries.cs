using Google.Protobuf;
using Orleans.MLOps.Client.Experiments.TensorBoard.Format;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>A run's params, times and outcome as the three summaries of the hparams plugin.</summary>
internal static class HparamSummaries
{
    public const string Plugin = "hparams";

    public static Summary Experiment(RunInfo run, IEnumerable<string> metrics)
    {
        var experiment = new HparamsExperiment { Name = run.Name ?? "", User = run.User ?? "", TimeCreatedSecs = WallTime.Of(run.StartedAt) };
        experiment.HparamInfos.AddRange(Params(run).Select(param => new HparamInfo { Name = param.Key, Type = TypeOf(param.Value) }));
        experiment.MetricInfos.AddRange(metrics.Select(metric => new MetricInfo { Name = new() { Tag = metric } }));
        return Wrap("_hparams_/experiment", new() { Experiment = experiment });
    }

    public static Summary Start(RunInfo run)
    {
        var start = new SessionStart { StartTimeSecs = WallTime.Of(run.StartedAt) };
        foreach (var (key, text) in Params(run))
        {
            var value = HparamText.ToValue(text);
            start.Hparams[key] = value;
            if (HparamText.ToText(value) != text)
            {
                start.ExactText[key] = text;
            }
        }

        return Wrap("_hparams_/session_start_info", new() { SessionStartInfo = start });
    }

    public static Summary End(RunInfo run)
    {
        var status = run.Status switch
        {
            RunStatus.Running => SessionStatus.Running,
            RunStatus.Finished => SessionStatus.Success,
            RunStatus.Failed or RunStatus.Killed => SessionStatus.Failure,
            _ => SessionStatus.Unknown,
        };
        var end = new SessionEnd { Status = status, EndTimeSecs = run.EndedAt is { } at ? WallTime.Of(at) : 0 };
        return Wrap("_hparams_/session_end_info", new() { SessionEndInfo = end });
    }

    private static IOrderedEnumerable<KeyValuePair<string, string>> Params(RunInfo run) => run.Params.OrderBy(param => param.Key, StringComparer.Ordinal);

    private static HparamType TypeOf(string text)
    {
        var value = HparamText.ToValue(text);
        return value.HasNumberValue ? HparamType.Float64 : value.HasBoolValue ? HparamType.Bool : HparamType.String;
    }

    private static Summary Wrap(string tag, HparamsContent content) => new()
    {
        Value =
        {
            new Summary.Types.Value
            {
                Tag = tag,
                Metadata = new() { PluginData = new() { PluginName = Plugin, Content = content.ToByteString() } },

                // The plugin reads the metadata only, but TensorBoard drops values that hold none.
                Tensor = new() { Dtype = ElementType.Float, TensorShape = new() { Dim = { new Shape.Types.Dimension { Size = 1 } } }, FloatVal = { 0 } },
            },
        },
    };
}
