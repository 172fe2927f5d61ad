namespace Orleans.MLOps.Learning.Serving;

/// <summary>A model that is a .NET function.</summary>
/// <param name="inputs">Its inputs.</param>
/// <param name="outputs">Its outputs.</param>
/// <param name="run">
/// Computes outputs from inputs; called by several threads at once. It may give fewer outputs than it has, those that it can compute; what it
/// gives must not share memory with what it was given for longer than the call.
/// </param>
public sealed class DelegateEngine(
    IReadOnlyList<EngineTensorSpec> inputs, IReadOnlyList<EngineTensorSpec> outputs, Func<EngineTensor[], EngineTensor[]> run) : IModelEngine
{
    /// <inheritdoc/>
    public IReadOnlyList<EngineTensorSpec> Inputs { get; } = inputs;

    /// <inheritdoc/>
    public IReadOnlyList<EngineTensorSpec> Outputs { get; } = outputs;

    /// <summary>
    /// The model of conformance tests: inputs <c>INPUT0</c> INT64, <c>INPUT1</c> BYTES and <c>INPUT2</c> FP32, each of shape [-1, -1] and each
    /// optional; it gives each input back as <c>OUTPUT0</c> to <c>OUTPUT2</c>.
    /// </summary>
    /// <returns>A new engine.</returns>
    public static DelegateEngine Echo()
    {
        (string Suffix, ElementType Type)[] tensors = [("0", ElementType.Int64), ("1", ElementType.Bytes), ("2", ElementType.Float32)];
        return new DelegateEngine(
            [.. tensors.Select(tensor => new EngineTensorSpec($"INPUT{tensor.Suffix}", tensor.Type, [-1, -1], Optional: true))],
            [.. tensors.Select(tensor => new EngineTensorSpec($"OUTPUT{tensor.Suffix}", tensor.Type, [-1, -1]))],
            inputs => [.. inputs.OrderBy(input => input.Name, StringComparer.Ordinal)
                .Select(input => input with { Name = $"OUTPUT{input.Name[^1]}", Data = input.Data.ToArray() })]);
    }

    /// <inheritdoc/>
    public EngineTensor[] Run(ReadOnlySpan<EngineTensor> inputs, ReadOnlySpan<string> outputs)
    {
        var given = run(inputs.ToArray());
        if (outputs.IsEmpty)
            return given;
        var wanted = new EngineTensor[outputs.Length];
        for (var i = 0; i < wanted.Length; i++)
        {
            var name = outputs[i];
            var index = Array.FindIndex(given, tensor => tensor.Name == name);
            wanted[i] = index >= 0 ? given[index] : throw new ArgumentException($"The model gives no output '{name}' for these inputs.", nameof(outputs));
        }

        return wanted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
