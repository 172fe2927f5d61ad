using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Architecture of a binary classifier over a row of numeric and categorical inputs: standardised numbers and category
/// embeddings side by side, fully connected layers with ReLU and dropout, one logit, sigmoid.
/// Immutable, and the same value on every machine: it is stored with the weights as JSON.
/// </summary>
public sealed record TabularNetworkSpec
{
    /// <summary>Largest magnitude, in standard deviations, that a standardised number may have inside the network.</summary>
    public const float DefaultStandardisedLimit = 10f;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    /// <summary>Numeric inputs in column order; may be empty when there are categorical inputs.</summary>
    public IReadOnlyList<NumericInput> Numeric { get; init; } = [];

    /// <summary>Categorical inputs in column order; may be empty when there are numeric inputs.</summary>
    public IReadOnlyList<CategoricalInput> Categorical { get; init; } = [];

    /// <summary>Widths of the hidden layers from input to output; empty makes a logistic regression.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [64, 32];

    /// <summary>Share of hidden units dropped in training, in [0, 0.9]. Default: 0.1.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>
    /// Standardised numbers are clipped to plus or minus this many standard deviations, so an absurd input cannot drown all
    /// the others or overflow. Default: <see cref="DefaultStandardisedLimit"/>.
    /// </summary>
    public float StandardisedLimit { get; init; } = DefaultStandardisedLimit;

    /// <summary>Width of the first layer's input: one a numeric input plus every embedding.</summary>
    [JsonIgnore]
    public int InputWidth => Numeric.Count + Categorical.Sum(input => input.EmbeddingSize);

    /// <summary>Reads a specification written by <see cref="ToJson"/> and checks it.</summary>
    /// <param name="json">UTF-16 JSON text.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="InvalidDataException">The text is not a valid specification; the message says where.</exception>
    public static TabularNetworkSpec Parse(string json)
    {
        try
        {
            var spec = JsonSerializer.Deserialize<TabularNetworkSpec>(json, Json)
                ?? throw new InvalidDataException("The network specification is the JSON value null; an object is needed.");
            spec.Validate();
            return spec;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"The network specification cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Writes the specification as JSON; equal specifications give equal text.</summary>
    /// <returns>JSON text.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Checks every rule that the properties state.</summary>
    /// <exception cref="ArgumentException">A rule is broken; the message names the input or option, what was given and what is allowed.</exception>
    public void Validate()
    {
        Require(Numeric.Count + Categorical.Count > 0, "The network has no inputs; at least one is needed.");
        Require(Hidden.All(width => width is > 0 and <= 65_536), "Every hidden width must be in [1, 65536].");
        Require(Dropout is >= 0f and <= 0.9f, $"Dropout is {Dropout}; it must be in [0, 0.9].");
        Require(
            float.IsFinite(StandardisedLimit) && StandardisedLimit > 0f,
            $"StandardisedLimit is {StandardisedLimit}; it must be finite and above 0.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in Numeric)
        {
            RequireName(input.Name, names);
            Require(float.IsFinite(input.Mean), $"Numeric input '{input.Name}': mean is {input.Mean}; it must be finite.");
            Require(
                float.IsFinite(input.Scale) && input.Scale > 0f,
                $"Numeric input '{input.Name}': scale is {input.Scale}; it must be finite and above 0.");
        }

        foreach (var input in Categorical)
        {
            RequireName(input.Name, names);
            Require(
                input.EmbeddingSize is > 0 and <= 4096,
                $"Categorical input '{input.Name}': embedding size is {input.EmbeddingSize}; it must be in [1, 4096].");
            var categories = new HashSet<string>(StringComparer.Ordinal);
            foreach (var category in input.Vocabulary)
            {
                Require(category is not null, $"Categorical input '{input.Name}': the vocabulary holds null.");
                Require(
                    categories.Add(category!),
                    $"Categorical input '{input.Name}': the vocabulary holds '{category}' twice.");
            }
        }
    }

    private static void RequireName(string name, HashSet<string> names)
    {
        Require(!string.IsNullOrWhiteSpace(name), "An input has no name.");
        Require(names.Add(name), $"Two inputs have the name '{name}'.");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message);
    }
}
