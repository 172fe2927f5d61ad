using Orleans.MLOps.Features;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Serving;

/// <summary>Where each of a route's inputs comes from: from the caller, or from the windows of its feature view.</summary>
internal sealed class FeatureLayout
{
    private FeatureLayout(string[] numeric, string[] categorical, string[] windows, string? keyColumn)
    {
        Numeric = numeric;
        Categorical = categorical;
        Windows = windows;
        WindowInputs = [.. windows.Select(name => Array.IndexOf(numeric, name))];
        KeyColumn = keyColumn;
        KeyInput = keyColumn is null ? -1 : Array.IndexOf(categorical, keyColumn);
        CallerInputs = [.. numeric.Except(windows), .. categorical];
        if (keyColumn is not null && KeyInput < 0)
        {
            CallerInputs = [.. CallerInputs, keyColumn];
        }
    }

    /// <summary>Numeric inputs in the model's order, windows included.</summary>
    public string[] Numeric { get; }

    /// <summary>Text inputs in the model's order.</summary>
    public string[] Categorical { get; }

    /// <summary>All windows of the view, in its order.</summary>
    public string[] Windows { get; }

    /// <summary>For each window its position among <see cref="Numeric"/>, -1 if the model does not use it.</summary>
    public int[] WindowInputs { get; }

    /// <summary>The columns that the caller must supply, and no others.</summary>
    public string[] CallerInputs { get; }

    /// <summary>The text column whose value selects the windows; null without windows.</summary>
    public string? KeyColumn { get; }

    /// <summary>Its position among <see cref="Categorical"/>, -1 if it is no input.</summary>
    public int KeyInput { get; }

    public static FeatureLayout Create(IReadOnlyCollection<SignatureColumn> signature, FeatureViewDefinition? view) => new(
        [.. signature.Where(column => !column.Categorical).Select(column => column.Name)],
        [.. signature.Where(column => column.Categorical).Select(column => column.Name)],
        view is null ? [] : [.. view.Windows.Select(window => window.Name)],
        view is { Windows.Length: > 0 } ? view.Windows[0].Key : null);

    /// <summary>The same inputs when the caller gives all of them, windows too; rows keep the key of their windows where it is an input.</summary>
    public FeatureLayout WithoutWindows() => Windows.Length == 0 ? this : new(Numeric, Categorical, [], KeyInput < 0 ? null : KeyColumn);
}
