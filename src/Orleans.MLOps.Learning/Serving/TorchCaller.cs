using Orleans.MLOps.Learning.Native;
using TorchSharp;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>What the engines over Torch share: names become positions, and no tensor outlives the call.</summary>
internal sealed class TorchCaller : IDisposable
{
    private readonly IReadOnlyList<EngineTensorSpec> _inputs;
    private readonly IReadOnlyList<EngineTensorSpec> _outputs;
    private readonly Func<torch.Tensor?[], torch.Tensor[]> _forward;
    private readonly EngineUsers _users;

    /// <exception cref="ArgumentException">A name occurs twice, or Torch lacks a type.</exception>
    public TorchCaller(
        IModelEngine owner,
        IReadOnlyList<EngineTensorSpec> inputs,
        IReadOnlyList<EngineTensorSpec> outputs,
        Func<torch.Tensor?[], torch.Tensor[]> forward,
        Action release)
    {
        Require(inputs);
        Require(outputs);
        _inputs = inputs;
        _outputs = outputs;
        _forward = forward;
        _users = new EngineUsers(owner, release);
    }

    public EngineTensor[] Run(ReadOnlySpan<EngineTensor> inputs, ReadOnlySpan<string> outputs)
    {
        _users.Enter();
        try
        {
            TorchNative.UseThisThreadAlone();
            using var scope = torch.NewDisposeScope();
            using var inference = torch.no_grad();
            var given = _forward(Arguments(inputs));
            if (given.Length < _outputs.Count)
                throw new ArgumentException($"The model gives {given.Length} tensors; {_outputs.Count} outputs are declared.");
            var wanted = new EngineTensor[outputs.IsEmpty ? _outputs.Count : outputs.Length];
            for (var i = 0; i < wanted.Length; i++)
            {
                var index = outputs.IsEmpty ? i : IndexOf(_outputs, outputs[i], "output");
                wanted[i] = TorchTensors.Write(_outputs[index], given[index]);
            }

            return wanted;
        }
        catch (Exception error) when (error is not (ArgumentException or OutOfMemoryException))
        {
            throw new ArgumentException($"The model could not compute these inputs: {error.Message}", nameof(inputs), error);
        }
        finally
        {
            _users.Leave();
        }
    }

    public void Dispose() => _users.Dispose();

    private static void Require(IReadOnlyList<EngineTensorSpec> specs)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var spec in specs)
        {
            TorchTensors.Require(spec);
            if (!names.Add(spec.Name))
                throw new ArgumentException($"'{spec.Name}' is declared twice.", nameof(specs));
        }
    }

    private static int IndexOf(IReadOnlyList<EngineTensorSpec> specs, string name, string kind)
    {
        for (var i = 0; i < specs.Count; i++)
        {
            if (specs[i].Name == name)
                return i;
        }

        throw new ArgumentException($"The model has no {kind} '{name}'.");
    }

    private torch.Tensor?[] Arguments(ReadOnlySpan<EngineTensor> inputs)
    {
        var arguments = new torch.Tensor?[_inputs.Count];
        foreach (ref readonly var input in inputs)
        {
            var index = IndexOf(_inputs, input.Name, "input");
            if (arguments[index] is not null)
                throw new ArgumentException($"The input '{input.Name}' is given twice.");
            arguments[index] = TorchTensors.Read(_inputs[index], input);
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is null && !_inputs[i].Optional)
                throw new ArgumentException($"The input '{_inputs[i].Name}' is missing.");
        }

        return arguments;
    }
}
