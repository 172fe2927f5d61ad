using Orleans.MLOps.Client.Experiments.TensorBoard.Format;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Names for what event files hold besides scalars and hyperparameters; few, so that a file cannot make up counters.</summary>
internal static class EventKind
{
    private const string Other = "other";

    public static string Of(Event.WhatOneofCase what) => what switch
    {
        Event.WhatOneofCase.GraphDef or Event.WhatOneofCase.MetaGraphDef => "graph",
        Event.WhatOneofCase.LogMessage => "log-message",
        Event.WhatOneofCase.SessionLog => "session-log",
        Event.WhatOneofCase.TaggedRunMetadata => "run-metadata",
        _ => Other,
    };

    public static string Of(Summary.Types.Value value) => value.ValueCase switch
    {
        Summary.Types.Value.ValueOneofCase.Histo or Summary.Types.Value.ValueOneofCase.OldHistogram => "histogram",
        Summary.Types.Value.ValueOneofCase.Image => "image",
        Summary.Types.Value.ValueOneofCase.Audio => "audio",
        Summary.Types.Value.ValueOneofCase.Tensor => PluginOf(value) switch
        {
            "histograms" => "histogram",
            "images" => "image",
            "audio" => "audio",
            "text" => "text",
            _ => "tensor",
        },
        _ => Other,
    };

    public static string PluginOf(Summary.Types.Value value) => value.Metadata?.PluginData?.PluginName ?? "";
}
