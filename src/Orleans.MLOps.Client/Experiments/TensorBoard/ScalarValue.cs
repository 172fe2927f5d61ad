using Orleans.MLOps.Client.Experiments.TensorBoard.Format;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Scalars as TensorFlow 1 and PyTorch write them (a float) and as TensorFlow 2 does (a tensor of one number).</summary>
internal static class ScalarValue
{
    private const string Plugin = "scalars";

    /// <summary>The number, or null when the value is no scalar.</summary>
    public static double? Read(Summary.Types.Value value) => value.ValueCase switch
    {
        // A number that another tool put into the platform's own field is believed only if the float agrees.
        Summary.Types.Value.ValueOneofCase.SimpleValue => value.HasExactValue && ((float)value.ExactValue).Equals(value.SimpleValue)
            ? value.ExactValue
            : value.SimpleValue,
        Summary.Types.Value.ValueOneofCase.Tensor when EventKind.PluginOf(value) is "" or Plugin => TensorScalar.Read(value.Tensor),
        _ => null,
    };
}
