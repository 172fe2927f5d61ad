using Orleans.MLOps.Learning.Native;
using TorchSharp;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// Runs a TorchSharp module of one input and one output, in evaluation mode and without gradients; any
/// forward will do, while ONNX knows only what can be exported.
/// </summary>
public sealed class TorchModuleEngine : IModelEngine
{
    private readonly torch.nn.Module<torch.Tensor, torch.Tensor> _module;
    private readonly TorchCaller _caller;

    /// <summary>Takes a module over: it is set to evaluation mode and disposed with the engine.</summary>
    /// <param name="module">The module, on the CPU; nobody else may use it from now on.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="output">What it gives.</param>
    /// <exception cref="ArgumentException">A type is one that Torch lacks: UINT16, UINT32, UINT64, BYTES.</exception>
    public TorchModuleEngine(torch.nn.Module<torch.Tensor, torch.Tensor> module, EngineTensorSpec input, EngineTensorSpec output)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        Inputs = [input with { Optional = false }];
        Outputs = [output];
        TorchNative.EnsureLoadable();
        _module = module;
        _caller = new TorchCaller(this, Inputs, Outputs, arguments => [_module.call(arguments[0]!)], _module.Dispose);
        _module.eval();
    }

    /// <inheritdoc/>
    public IReadOnlyList<EngineTensorSpec> Inputs { get; }

    /// <inheritdoc/>
    public IReadOnlyList<EngineTensorSpec> Outputs { get; }

    /// <inheritdoc/>
    public EngineTensor[] Run(ReadOnlySpan<EngineTensor> inputs, ReadOnlySpan<string> outputs) => _caller.Run(inputs, outputs);

    /// <inheritdoc/>
    public void Dispose() => _caller.Dispose();
}
