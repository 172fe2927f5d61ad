namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// A loaded model that maps named tensors to named tensors. Thread-safe: callers run on their own threads. Disposing refuses new calls and
/// releases the model when the last call under way has ended.
/// </summary>
public interface IModelEngine : IDisposable
{
    /// <summary>The inputs, in the model's order.</summary>
    IReadOnlyList<EngineTensorSpec> Inputs { get; }

    /// <summary>The outputs, in the model's order.</summary>
    IReadOnlyList<EngineTensorSpec> Outputs { get; }

    /// <summary>
    /// Runs the model. Tensors must have been checked against <see cref="Inputs"/>: an engine checks only what could harm the process. What it
    /// returns is the caller's alone; inputs are not kept.
    /// </summary>
    /// <param name="inputs">Each input once, in any order; optional ones may be missing.</param>
    /// <param name="outputs">Names of the wanted outputs, each once, known ones only; all of the model when empty.</param>
    /// <returns>The wanted outputs, in the order of <paramref name="outputs"/>, or of the model.</returns>
    /// <exception cref="ArgumentException">The model cannot compute these inputs; the message says why.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed before the call.</exception>
    EngineTensor[] Run(ReadOnlySpan<EngineTensor> inputs, ReadOnlySpan<string> outputs);

    /// <summary>Ends calls under way as soon as the engine can, with <see cref="ArgumentException"/>, and all later ones; an engine that cannot does nothing. For models that are given up.</summary>
    void Interrupt()
    {
    }
}
