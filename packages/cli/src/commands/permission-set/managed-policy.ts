/** The ARN of a policy from what people type: its ARN, or the name of one of AWS's own, with its path if it has one. */
export function policyArn(text: string): string {
  return text.startsWith("arn:") ? text : `arn:aws:iam::aws:policy/${text}`;
}
