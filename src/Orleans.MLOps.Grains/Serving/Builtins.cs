using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The models that need no bytes, because they are part of this silo's program.</summary>
internal sealed class Builtins(IEnumerable<HostedModel> hosted, IServiceProvider services)
{
    public const string Echo = "echo";

    private readonly Dictionary<string, HostedModel> _hosted = hosted.ToDictionary(model => model.Name, StringComparer.Ordinal);

    /// <exception cref="InvalidInputException">There is no such model here.</exception>
    public void Require(string? name)
    {
        if (name is not (null or Echo) && !_hosted.ContainsKey(name))
        {
            throw new InvalidInputException($"builtin is '{name}'; this silo's program has {string.Join(", ", _hosted.Keys.Prepend(Echo).Order(StringComparer.Ordinal))}.", "builtin");
        }
    }

    /// <exception cref="InvalidDataException">There is no such model here: another silo registered it.</exception>
    public IModelEngine Open(string name) =>
        name == Echo ? DelegateEngine.Echo()
        : _hosted.TryGetValue(name, out var model) ? model.Open(services)
        : throw new InvalidDataException($"this silo's program has no builtin '{name}'; a host adds one with AddMlopsModel, on every silo that answers endpoints.");
}
