using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orleans.MLOps.Learning.Native;
using TorchSharp;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// Runs a TorchScript file, in evaluation mode and without gradients; loads libtorch. Load only files whose writers may run code on this machine:
/// a TorchScript file is a program with operators that read and write files, and libtorch ends the whole process, without an exception, over a
/// program that calls operators which it lacks. ONNX files need no such trust; see <see cref="OnnxEngine"/>.
/// </summary>
public sealed class TorchScriptEngine : IModelEngine
{
    private readonly torch.jit.ScriptModule _module;
    private readonly TorchCaller _caller;

    /// <summary>Loads a program. TorchScript files carry neither names nor shapes, so the caller declares them.</summary>
    /// <param name="program">The bytes of the file, as <c>torch.jit.save</c> writes it.</param>
    /// <param name="inputs">The arguments of <c>forward</c>, by position; an optional one that is left out is given as None.</param>
    /// <param name="outputs">
    /// The tensors that <c>forward</c> returns, alone or in a tuple or list, by position; it may return more, which are dropped.
    /// </param>
    /// <exception cref="InvalidDataException">The bytes are not a TorchScript file that can be loaded.</exception>
    /// <exception cref="ArgumentException">
    /// The program has fewer arguments than are declared, a name is declared twice, or a type is one that Torch lacks: UINT16, UINT32, UINT64, BYTES.
    /// </exception>
    /// <exception cref="DllNotFoundException">The host carries no libtorch.</exception>
    public TorchScriptEngine(byte[] program, IReadOnlyList<EngineTensorSpec> inputs, IReadOnlyList<EngineTensorSpec> outputs)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        Inputs = [.. inputs];
        Outputs = [.. outputs];
        // Torch takes older formats too, which no current tool writes.
        if (!program.AsSpan().StartsWith("PK\u0003\u0004"u8))
            throw new InvalidDataException($"The {program.Length} bytes are not a TorchScript file, which is a zip archive.");
        TorchNative.EnsureLoadable();
        _caller = new TorchCaller(this, Inputs, Outputs, Forward, Release);
        try
        {
            _module = torch.jit.load(program, DeviceType.CPU);
        }
        catch (ExternalException error)
        {
            throw new InvalidDataException($"The {program.Length} bytes are not a TorchScript file that can be loaded: {error.Message}", error);
        }

        _module.eval();
        if (_module.GetNumberOfInputs() is var arguments && arguments < inputs.Count)
        {
            _module.Dispose();
            throw new ArgumentException($"The program's forward takes {arguments} arguments; {inputs.Count} are declared.", nameof(inputs));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<EngineTensorSpec> Inputs { get; }

    /// <inheritdoc/>
    public IReadOnlyList<EngineTensorSpec> Outputs { get; }

    /// <inheritdoc/>
    public EngineTensor[] Run(ReadOnlySpan<EngineTensor> inputs, ReadOnlySpan<string> outputs) => _caller.Run(inputs, outputs);

    /// <inheritdoc/>
    public void Dispose() => _caller.Dispose();

    private static torch.Tensor[] Flatten(object? result) => result switch
    {
        torch.Tensor tensor => [tensor],
        torch.Tensor[] tensors => tensors,
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => Tensor(tuple[i]))],
        object[] list => [.. list.Select(Tensor)],
        _ => [Tensor(result)],
    };

    private static torch.Tensor Tensor(object? item) => item as torch.Tensor ??
        throw new NotSupportedException($"forward returns a {item?.GetType().Name ?? "None"} where a tensor is needed.");

    private torch.Tensor[] Forward(torch.Tensor?[] arguments) => Flatten(_module.call([.. arguments]));

    private void Release() => _module.Dispose();
}
